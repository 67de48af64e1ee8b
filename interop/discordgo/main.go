// An ordinary discordgo bot: New, two handlers, Open. Besides its own lines it points the library's endpoint
// variables at the local server, because they are computed from one another when the package is loaded.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/bwmarrin/discordgo"
)

func pointAt(api string) {
	base := api + "/v" + discordgo.APIVersion + "/"
	discordgo.EndpointAPI = base
	discordgo.EndpointGuilds = base + "guilds/"
	discordgo.EndpointChannels = base + "channels/"
	discordgo.EndpointUsers = base + "users/"
	discordgo.EndpointGateway = base + "gateway"
	discordgo.EndpointGatewayBot = base + "gateway/bot"
	discordgo.EndpointApplications = base + "applications"
}

func fail(step string, err error) {
	if err != nil {
		fmt.Printf("FAIL %s: %v\n", step, err)
		os.Exit(1)
	}
}

func main() {
	pointAt(os.Getenv("GUILDHALL_API"))
	token, err := os.ReadFile(os.Getenv("GUILDHALL_TOKEN_FILE"))
	fail("token", err)

	session, err := discordgo.New("Bot " + strings.TrimSpace(string(token)))
	fail("new", err)
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages |
		discordgo.IntentsGuildMessageReactions | discordgo.IntentMessageContent
	if os.Getenv("WITH_MEMBERS") != "" {
		session.Identify.Intents |= discordgo.IntentsGuildMembers
	}

	session.AddHandler(func(s *discordgo.Session, ready *discordgo.Ready) {
		fmt.Printf("READY %s %d\n", ready.User.ID, len(ready.Guilds))
	})
	session.AddHandler(func(s *discordgo.Session, guild *discordgo.GuildCreate) {
		fmt.Printf("GUILD %s %d\n", guild.ID, len(guild.Channels))
	})
	session.AddHandler(func(s *discordgo.Session, disconnect *discordgo.Disconnect) { fmt.Println("DISCONNECT") })
	session.AddHandler(func(s *discordgo.Session, resumed *discordgo.Resumed) { fmt.Println("RESUMED") })
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageCreate) {
		if message.Author.ID == s.State.User.ID {
			fmt.Printf("OWN %s\n", message.Content)
			return
		}
		fmt.Printf("CREATE %s\n", message.Content)
		if message.Content == "!ping" {
			reply, err := s.ChannelMessageSendReply(message.ChannelID, "pong", message.Reference())
			fail("reply", err)
			_, err = s.ChannelMessageEdit(reply.ChannelID, reply.ID, "pong, edited")
			fail("edit", err)
			fail("react", s.MessageReactionAdd(reply.ChannelID, reply.ID, "👍"))
			fail("delete", s.ChannelMessageDelete(reply.ChannelID, reply.ID))
		}
	})
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageUpdate) {
		fmt.Printf("UPDATE %s\n", message.Content)
	})
	session.AddHandler(func(s *discordgo.Session, message *discordgo.MessageDelete) {
		fmt.Printf("DELETE %s\n", message.ID)
	})

	if err := session.Open(); err != nil {
		fmt.Printf("REFUSED %v\n", err)
		os.Exit(3)
	}
	fmt.Println("OPEN")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	session.Close()
}
